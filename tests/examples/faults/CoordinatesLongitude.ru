#+ fault: A longitude of more than half a turn.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Lake sg:longitude ?old . }
INSERT { :Lake sg:longitude 196.25 . }
WHERE { :Lake sg:longitude ?old . }
