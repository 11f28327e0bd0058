#+ fault: A stance that opposes what its holder supports.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX attitude: <https://w3id.org/stancegraph/id/attitude/>
PREFIX position: <https://w3id.org/stancegraph/id/position/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Stance sg:attitude ?attitude ; sg:position ?position ; sg:content ?content . }
INSERT { :Stance sg:attitude attitude:Opposes ; sg:position position:StronglySupportive . }
WHERE { :Stance sg:attitude ?attitude ; sg:position ?position . OPTIONAL { :Stance sg:content ?content } }
