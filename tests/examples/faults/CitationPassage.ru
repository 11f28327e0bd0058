#+ fault: A citation in no passage.
#+ also: [citation-elsewhere]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Citation sg:statedIn ?old . }
INSERT {  }
WHERE { :Citation sg:statedIn ?old . }
