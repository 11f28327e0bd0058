#+ fault: A quantity below nothing.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Reason sg:quantity ?old . }
INSERT { :Reason sg:quantity -3.0 . }
WHERE { :Reason sg:quantity ?old . }
