#+ fault: One proposition says what another one denies.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX polarity: <https://w3id.org/stancegraph/id/polarity/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE {  }
INSERT { :Denial ?property ?value ; rdfs:label "No soldiers gather."@en ; sg:polarity polarity:Negated . :Own sg:putsForward :Denial . }
WHERE { :Reason ?property ?value . FILTER(?property NOT IN (rdfs:label, sg:polarity)) }
