#+ fault: An official affiliated with a place.
#+ also: [disjoint-classes]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE {  }
INSERT { :RuritanianOfficials sg:affiliatedWith :Lake . }
WHERE {  }
