#+ fault: Coordinates from nowhere.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Lake sg:coordinatesFrom ?old . }
INSERT {  }
WHERE { :Lake sg:coordinatesFrom ?old . }
