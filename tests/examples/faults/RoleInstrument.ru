#+ fault: Words as the instrument.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :War sg:instrument ?old . }
INSERT { :War sg:instrument "force"@en . }
WHERE { :War sg:instrument ?old . }
