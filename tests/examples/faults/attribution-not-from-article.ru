#+ fault: A chain that begins with nobody.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Own sg:statedIn ?old . }
INSERT {  }
WHERE { :Own sg:statedIn ?old . }
