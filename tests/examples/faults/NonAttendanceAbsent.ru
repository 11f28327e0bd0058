#+ fault: Somebody absent as a guest.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX part: <https://w3id.org/stancegraph/id/part/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Absence sg:participationMode ?old . }
INSERT { :Absence sg:participationMode part:Guest . }
WHERE { :Absence sg:participationMode ?old . }
