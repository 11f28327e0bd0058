#+ fault: A verdict without a reason.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Conflict sg:curationReason ?old . }
INSERT {  }
WHERE { :Conflict sg:curationReason ?old . }
