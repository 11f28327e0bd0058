#+ fault: A stance without an attitude.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Stance sg:attitude ?old . }
INSERT {  }
WHERE { :Stance sg:attitude ?old . }
