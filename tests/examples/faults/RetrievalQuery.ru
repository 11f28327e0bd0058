#+ fault: A retrieval by no query.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Retrieval sg:queryText ?old . }
INSERT { }
WHERE { :Retrieval sg:queryText ?old . }
