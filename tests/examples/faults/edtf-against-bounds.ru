#+ fault: A month of another year than its bounds.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX attitude: <https://w3id.org/stancegraph/id/attitude/>
PREFIX position: <https://w3id.org/stancegraph/id/position/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :May sg:edtf ?old . }
INSERT { :May sg:edtf "1999-05" . }
WHERE { OPTIONAL { :May sg:edtf ?old . } }
