#+ fault: Two stances that only their labels tell apart.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE {  }
INSERT { :Twin ?property ?value ; rdfs:label "The officials dreaded war."@en . :Own sg:putsForward :Twin . }
WHERE { :Earlier ?property ?value . FILTER(?property != rdfs:label) }
