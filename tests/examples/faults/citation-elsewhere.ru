#+ fault: A citation that stands in another passage.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Citation sg:statedIn ?old . }
INSERT { :Citation sg:statedIn :Heading . }
WHERE { :Citation sg:statedIn ?old . }
