#+ fault: A conflict with one side.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Conflict sg:conflictingClaim :Stance . }
INSERT {  }
WHERE { :Conflict sg:conflictingClaim :Stance . }
