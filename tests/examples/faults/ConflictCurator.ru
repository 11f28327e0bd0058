#+ fault: A verdict of nobody.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Conflict sg:curatedBy ?old . }
INSERT {  }
WHERE { :Conflict sg:curatedBy ?old . }
