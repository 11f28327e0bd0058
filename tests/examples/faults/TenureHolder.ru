#+ fault: A tenure with two holders.
#+ also: [functional-property, tenure-of-another]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE {  }
INSERT { :Tenure sg:tenureHolder :Envoy . }
WHERE {  }
