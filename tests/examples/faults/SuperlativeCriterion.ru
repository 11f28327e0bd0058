#+ fault: A superlative without a criterion.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Superlative sg:criterion ?old . }
INSERT {  }
WHERE { :Superlative sg:criterion ?old . }
