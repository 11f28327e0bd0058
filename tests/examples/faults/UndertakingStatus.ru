#+ fault: An undertaking without a status.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Agreement sg:undertakingStatus ?old . }
INSERT {  }
WHERE { :Agreement sg:undertakingStatus ?old . }
