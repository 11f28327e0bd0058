#+ fault: An edition of nothing.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Conference sg:editionOf ?old . }
INSERT {  }
WHERE { :Conference sg:editionOf ?old . }
