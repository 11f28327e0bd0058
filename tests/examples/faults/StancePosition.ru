#+ fault: A stance without a position.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Stance sg:position ?old . }
INSERT {  }
WHERE { :Stance sg:position ?old . }
