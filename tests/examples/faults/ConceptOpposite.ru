#+ fault: An actor as the opposite of a concept.
#+ also: [disjoint-classes]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX quality: <https://w3id.org/stancegraph/id/quality/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/vocabulary>
DELETE {  }
INSERT { quality:Safe sg:opposite :Syldavia . }
WHERE {  }
