#+ fault: A superlative among nothing.
#+ also: [role-missing, unattributed-claim]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Superlative sg:rankedAmong ?old . }
INSERT {  }
WHERE { :Superlative sg:rankedAmong ?old . }
