#+ fault: An attribution without a mode.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Middle sg:attributionMode ?old . }
INSERT {  }
WHERE { :Middle sg:attributionMode ?old . }
