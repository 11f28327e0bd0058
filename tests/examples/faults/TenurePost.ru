#+ fault: A tenure of no post.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Tenure sg:tenurePost ?old . }
INSERT {  }
WHERE { :Tenure sg:tenurePost ?old . }
