#+ fault: A frame in other letters than those of FrameNet.
PREFIX relation: <https://w3id.org/stancegraph/id/relation/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/vocabulary>
DELETE { relation:Attacks sg:frameNetFrame ?old . }
INSERT { relation:Attacks sg:frameNetFrame "the attack" . }
WHERE { relation:Attacks sg:frameNetFrame ?old . }
