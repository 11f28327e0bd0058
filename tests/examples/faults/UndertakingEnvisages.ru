#+ fault: An agreement to do nothing.
#+ also: [unattributed-claim]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Agreement sg:envisages ?old . }
INSERT {  }
WHERE { :Agreement sg:envisages ?old . }
