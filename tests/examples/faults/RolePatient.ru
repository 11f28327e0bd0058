#+ fault: Words as the patient.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :War sg:patient ?old . }
INSERT { :War sg:patient "the south"@en . }
WHERE { :War sg:patient ?old . }
