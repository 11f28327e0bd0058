#+ fault: The value of “speaks about” is a place.
#+ also: [disjoint-classes]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE {  }
INSERT { :Syldavia sg:speaksAbout :Lake . }
WHERE {  }
