#+ fault: Words as the destination.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Reason sg:destination ?old . }
INSERT { :Reason sg:destination "to the north"@en . }
WHERE { :Reason sg:destination ?old . }
