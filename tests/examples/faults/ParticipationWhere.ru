#+ fault: A participation in nothing.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Hearing sg:inMeeting ?old . }
INSERT {  }
WHERE { :Hearing sg:inMeeting ?old . }
