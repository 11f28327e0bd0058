#+ fault: A conflict that nobody has decided.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Conflict sg:verdict ?old . }
INSERT {  }
WHERE { :Conflict sg:verdict ?old . }
