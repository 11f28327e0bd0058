#+ fault: Fewer dead than none.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :RaidAccount sg:deaths ?old . }
INSERT { :RaidAccount sg:deaths -2 . }
WHERE { :RaidAccount sg:deaths ?old . }
