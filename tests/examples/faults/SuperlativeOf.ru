#+ fault: A superlative of nothing.
#+ also: [role-missing]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Superlative sg:superlativeOf ?old . }
INSERT {  }
WHERE { :Superlative sg:superlativeOf ?old . }
