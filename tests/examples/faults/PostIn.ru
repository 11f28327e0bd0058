#+ fault: A post in nobody's service.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Post sg:postIn ?old . }
INSERT {  }
WHERE { :Post sg:postIn ?old . }
