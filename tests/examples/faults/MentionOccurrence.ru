#+ fault: Occurrence number zero.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Mention sg:occurrence ?old . }
INSERT { :Mention sg:occurrence 0 . }
WHERE { :Mention sg:occurrence ?old . }
