#+ fault: A tenure without a time.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Tenure sg:tenureSpan ?old . }
INSERT {  }
WHERE { :Tenure sg:tenureSpan ?old . }
