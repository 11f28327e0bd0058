#+ fault: A citation on which nothing rests.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Middle sg:viaCitation ?old . }
INSERT {  }
WHERE { :Middle sg:viaCitation ?old . }
