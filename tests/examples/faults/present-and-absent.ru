#+ fault: Somebody who is present and absent at one conference.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX attitude: <https://w3id.org/stancegraph/id/attitude/>
PREFIX position: <https://w3id.org/stancegraph/id/position/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Absence sg:absentee ?who . }
INSERT { :Absence sg:absentee ?present . }
WHERE { :Absence sg:absentee ?who . :Hearing sg:attendee ?present . }
