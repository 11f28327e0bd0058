#+ fault: A passage without an end.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Heading sg:charEnd ?old . }
INSERT {  }
WHERE { :Heading sg:charEnd ?old . }
