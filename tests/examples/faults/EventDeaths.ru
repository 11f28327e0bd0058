#+ fault: Fewer dead than none.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Raid sg:deaths ?old . }
INSERT { :Raid sg:deaths -2 . }
WHERE { :Raid sg:deaths ?old . }
