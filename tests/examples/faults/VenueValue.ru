#+ fault: The value of “venue” is a person.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE {  }
INSERT { :SpeechAccount sg:venue :Rudolf . }
WHERE {  }
