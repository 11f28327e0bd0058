#+ fault: An attendance of nobody.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX attitude: <https://w3id.org/stancegraph/id/attitude/>
PREFIX position: <https://w3id.org/stancegraph/id/position/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Hearing a sg:Attendance ; sg:attendee ?who . }
INSERT { :Hearing a sg:Participation . }
WHERE { :Hearing sg:attendee ?who . }
