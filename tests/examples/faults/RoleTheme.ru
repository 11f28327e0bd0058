#+ fault: Words as the theme.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Condition sg:theme ?old . }
INSERT { :Condition sg:theme "the water"@en . }
WHERE { :Condition sg:theme ?old . }
