#+ fault: Somebody who attends and is absent.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX part: <https://w3id.org/stancegraph/id/part/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Hearing sg:participationMode ?old . }
INSERT { :Hearing sg:participationMode part:Absent . }
WHERE { :Hearing sg:participationMode ?old . }
