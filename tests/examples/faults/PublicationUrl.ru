#+ fault: An address that is a string.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Article sg:url ?old . }
INSERT { :Article sg:url "https://example.org/1" . }
WHERE { :Article sg:url ?old . }
