#+ fault: A participation without a mode.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Hearing sg:participationMode ?old . }
INSERT {  }
WHERE { :Hearing sg:participationMode ?old . }
