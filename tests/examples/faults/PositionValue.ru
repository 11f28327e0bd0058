#+ fault: A position beyond full support.
PREFIX position: <https://w3id.org/stancegraph/id/position/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/vocabulary>
DELETE { position:StronglySupportive sg:value ?old . }
INSERT { position:StronglySupportive sg:value 3 . }
WHERE { position:StronglySupportive sg:value ?old . }
