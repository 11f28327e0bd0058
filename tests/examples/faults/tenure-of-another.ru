#+ fault: Words in the capacity of another.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Tenure sg:tenureHolder ?old . }
INSERT { :Tenure sg:tenureHolder :Envoy . }
WHERE { :Tenure sg:tenureHolder ?old . }
