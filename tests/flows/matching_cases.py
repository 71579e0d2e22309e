"""What owners send, as they name it and as laboratories print it: written by hand, in both languages, with what each must tick.

A row: how it is known (n name, c caption of a photo, w words of a PDF, d DICOM, v video with its caption), the text, the problem, the lines that it fills.
A DICOM text is "modality; part; description; images/frames". Rows without a line are as important as the others: a wrong tick is worse than none.
"""

ROWS = """
n | 20260503_CBC_Mimi.pdf | gut |
n | CBC+biochem 2026-05.pdf | gut | blood_panel
n | BloodTest.pdf | gut | blood_panel
n | blood work march.pdf | liver | blood_panel
n | bloodwork.jpg | other | blood_panel
n | 血檢報告0503.pdf | gut | blood_panel
n | 驗血.jpg | tumour | blood_panel
n | 抽血報告_咪咪.pdf | nerves | blood_panel
n | 生化.pdf | gut |
n | 全血計數與生化.pdf | teeth | blood_panel
n | urinalysis.pdf | kidney | urinalysis
n | Urine test 3 May.pdf | urinary | urinalysis
n | UA_0503.pdf | tumour | urinalysis
n | 尿檢.jpg | kidney | urinalysis
n | 尿液分析報告.pdf | urinary | urinalysis
n | urine culture.pdf | urinary | urine_culture
n | 尿液細菌培養.pdf | kidney | urine_culture
n | UPC.pdf | kidney | urine_protein
n | 尿蛋白比.pdf | kidney | urine_protein
n | T4 result.pdf | thyroid | t4
n | free T4.pdf | thyroid | free_t4
n | 甲狀腺指數.pdf | heart | t4
n | 游離T4.pdf | thyroid | free_t4
n | FeLV_FIV.pdf | eyes | felv_fiv
n | 貓愛滋貓白血.jpg | blood | felv_fiv
n | proBNP.pdf | heart | ntprobnp
n | NT-proBNP 2026.pdf | heart | ntprobnp
n | ECG strip.pdf | heart | ecg
n | 心電圖.jpg | heart | ecg
n | blood pressure log.xlsx.pdf | kidney | blood_pressure
n | 血壓紀錄.jpg | thyroid | blood_pressure
n | histopathology report.pdf | tumour | tissue_report
n | 病理報告.pdf | tumour | tissue_report
n | 切片報告-腸.pdf | tumour | tissue_report
n | duodenum biopsy.pdf | gut | gut_biopsy
n | FNA cytology.pdf | tumour | tissue_report
n | 細針抽吸.pdf | tumour | tissue_report
n | lymph node aspirate.pdf | tumour | tissue_report,node_sample
n | PARR clonality.pdf | tumour | cell_typing
n | 腹水檢驗.pdf | fip | fluid_analysis
n | effusion analysis.pdf | fip | fluid_analysis
n | AGP.pdf | fip | agp
n | 冠狀病毒抗體.pdf | fip | corona_serology
n | 糞便檢查.jpg | gut | stool_test
n | fecal PCR.pdf | gut | stool_test
n | B12 and folate.pdf | gut | vitamins
n | B12.pdf | gut |
n | Spec fPL.pdf | gut | pancreas_fpli
n | TLI.pdf | gut | pancreas_tli
n | fructosamine.pdf | diabetes | fructosamine
n | 血糖曲線.jpg | diabetes | glucose_log
n | 果糖胺.pdf | diabetes | fructosamine
n | IGF-1.pdf | diabetes | igf1
n | bile acids pre post.pdf | liver | bile_acids
n | 凝血功能.pdf | liver | clotting
n | blood smear.jpg | blood | blood_smear
n | 網狀紅血球.pdf | blood | reticulocytes
n | blood type.pdf | blood | blood_type
n | 骨髓檢查.pdf | blood | marrow
n | skin scraping.pdf | skin | skin_scrapes
n | fungal culture.pdf | skin | fungal_culture
n | 黴菌培養.pdf | skin | fungal_culture
n | skin biopsy.pdf | skin | skin_biopsy
n | stone analysis.pdf | urinary | stone_analysis
n | 結石分析.pdf | urinary | stone_analysis
n | weight chart.jpg | diabetes | weight_list
n | 體重紀錄.jpg | liver | weight_list
n | seizure diary.pdf | nerves | fit_calendar
n | 癲癇紀錄.pdf | nerves | fit_calendar
n | intraocular pressure.pdf | eyes | eye_pressure
n | 眼壓.jpg | eyes | eye_pressure
n | IMG_2034.jpg | kidney |
n | scan001.pdf | kidney |
n | 檔案.pdf | gut |
n | document (3).pdf | tumour |
n | invoice CBC chem T4.pdf | gut |
n | 收據 血檢 尿檢.jpg | kidney |
n | 估價單_超音波.pdf | gut |
n | 病歷.pdf | kidney |
n | medical records urinalysis.pdf | kidney |
n | vaccination card FeLV FIV.jpg | eyes |
n | 送檢單 T4.pdf | thyroid |
n | chest x-ray.jpg | breathing |
n | 胸腔X光.jpg | heart |
n | 腹部超音波.pdf | gut |
n | echo report.pdf | heart |
n | 心超.jpg | heart |
n | 牙齒X光.jpg | teeth |
n | felv only.pdf | eyes |
n | Mimi.pdf | other |
n | insurance claim blood work.pdf | other |
c | CBC 3 May | gut |
c | blood test 3 May | gut | blood_panel
c | 這是血檢 | gut | blood_panel
c | 5/3 尿檢 | kidney | urinalysis
c | urine result | kidney | urinalysis
c | SDMA and creatinine | heart | kidney_check
c | 腎指數 | thyroid | kidney_check
c | 血壓 180 | kidney | blood_pressure
c | both eyes | eyes | eye_photos
c | 右眼 | eyes | eye_photos
c | 眼睛 | kidney |
c | gums today | teeth | mouth_photos
c | 口腔照片 | teeth | mouth_photos
c | 體溫紀錄 | fip | temperature_log
c | 體重 | thyroid | weight_list
c | X光 | breathing |
c | no blood test yet | gut |
c | we will get the T4 tomorrow | thyroid |
c | is this the urine test? | kidney |
c | 還沒驗尿 | kidney |
c | 這不是血檢 | gut |
c | 等血檢報告 | gut |
c | 這是尿檢嗎 | kidney |
c | before the blood test | gut |
c | Her blood test in March was fine, then the X-ray showed a shadow on the lung and the vet said wait | breathing |
c | Mimi on the sofa | other |
c | 咪咪今天很累 | other |
c | 藥袋 | heart |
c | urine in the tray | kidney | urinalysis
c | receipt for the blood test | gut |
c | blood in the urine | urinary |
c | 血尿 | urinary |
w | Complete Blood Count WBC 12.1 RBC 7.8 HGB 11 PLT 210 | gut |
w | CBC WBC 12.1 RBC 7.8 Chemistry panel ALT 60 ALP 20 BUN 30 CREA 1.6 GLU 110 | gut | blood_panel
w | 全血計數 白血球 12.1 紅血球 7.8 生化檢查 ALT 60 尿素氮 30 肌酸酐 1.6 | gut | blood_panel
w | ALT 60 ALP 20 BUN 30 Creatinine 1.6 Glucose 110 Albumin 3.0 | heart | kidney_check
w | WBC 9 HCT 32 PLT 200 ALB 2.1 GLOB 5.9 A/G ratio 0.36 T.BIL 1.4 | fip | fip_blood
w | 白血球 9 血容比 32 血小板 200 白蛋白 2.1 球蛋白 5.9 白球比 0.36 膽紅素 1.4 | fip | fip_blood
w | Phosphorus 5.1 Potassium 4.2 Calcium 9.8 | kidney | minerals
w | 磷 5.1 鉀 4.2 鈣 9.8 | kidney | minerals
w | Phosphorus 磷 5.1 mg/dL | kidney |
w | URINALYSIS Specific gravity 1.014 pH 6.5 Protein trace Glucose neg Bilirubin neg | kidney | urinalysis
w | 尿液檢查 尿比重 1.014 尿蛋白 + 尿糖 - 尿酮 - 尿膽紅素 - | diabetes | urine_ketones
w | Urine Protein:Creatinine Ratio 0.3 | kidney | urine_protein
w | 尿蛋白/肌酸酐比 0.3 | kidney | urine_protein
w | Total T4 1.2 ug/dL | nerves | t4
w | Free T4 by ED 20 pmol/L TSH 0.03 | thyroid | free_t4
w | 總甲狀腺素 T4 6.8 μg/dL | thyroid | t4
w | FeLV antigen negative FIV antibody negative | tumour | felv_fiv
w | HISTOPATHOLOGY Source: jejunum. Clinical history: vomiting, CBC normal, ultrasound thick wall. Small cell lymphoma | gut | gut_biopsy
w | 組織病理檢查報告 檢體：皮膚 | skin | skin_biopsy
w | CYTOLOGY ultrasound guided FNA of the liver: vacuolar change | liver | liver_sample
w | 細胞學檢查 超音波導引細針抽吸 脾臟 | tumour | tissue_report
w | Cytology of pleural effusion: protein 5.5 | fip | fluid_analysis
w | Abdominal ultrasound report: kidneys small, bladder normal | kidney |
w | 腹部超音波報告 腎臟 | kidney |
w | Thoracic radiographs three views: bronchial pattern | breathing |
w | Echocardiogram LA/Ao 1.9 LVFWd 6.5 mm | heart |
w | INVOICE No 123 CBC 900 Chemistry 1200 Urinalysis 500 Total due 2600 | kidney |
w | 收費明細 血液檢查 900 尿液檢查 500 | kidney |
w | Clinical notes 3 May: T4 2.1, UPC 0.3, chest X-ray clear | kidney |
w | 門診紀錄 血檢 尿檢 正常 | kidney |
w | Test request form: tick CBC, T4, UPC | kidney |
w | Price list CBC 900 T4 600 UPC 700 | kidney |
w | X-ray chest normal, CBC WBC 12 | breathing |
w | Toxoplasma gondii IgG 1:64 IgM neg | nerves | toxoplasma
w | 弓蟲抗體 | nerves | toxoplasma
w | Phenobarbital level 25 ug/mL | nerves | drug_levels
w | NT-proBNP 250 pmol/L Troponin I 0.4 | heart | ntprobnp,troponin
w | Mycoplasma haemofelis PCR positive | blood | blood_parasites
w | Urine culture: E. coli; sensitivities | urinary | urine_culture
w | Bone marrow aspirate cytology: hypoplasia | blood | marrow
w | Dear owner, thank you for visiting. | other |
w | 親愛的飼主您好 | other |
d | CR; CHEST; Thorax VD; 2/2 | breathing | chest_xray
d | DX; ; THORAX LATERAL; 1/1 | heart | heart_xray
d | CR; ; 胸腔; 2/2 | tumour | staging_images
d | CR; ABDOMEN; ; 2/2 | urinary | stone_images
d | DX; ; Abdomen lat; 1/1 | kidney | kidney_images
d | CR; ; ; 2/2 | breathing |
d | CR; EXTREMITY; Left stifle; 2/2 | bones | bone_xrays
d | CR; EXTREMITY; Left stifle; 1/1 | bones |
d | CR; ; 膝關節; 3/3 | bones | bone_xrays
d | CR; ABDOMEN; ; 2/2 | bones |
d | IO; ; ; 6/6 | teeth | dental_xrays
d | DX; SKULL; Dental; 4/4 | teeth | dental_xrays
d | CT; CHEST; ; 200/200 | breathing | chest_ct
d | CT; HEAD; Nasal; 200/200 | breathing | chest_ct
d | CT; ABDOMEN; ; 200/200 | tumour | staging_images
d | CT; ; ; 200/200 | tumour | staging_images
d | CT; ABDOMEN; ; 200/200 | breathing |
d | MR; BRAIN; T2; 120/120 | nerves | brain_mri
d | MR; ; ; 120/120 | nerves | brain_mri
d | MR; BRAIN; ; 120/120 | kidney |
d | US; ABDOMEN; ; 24/24 | gut | abdomen_ultrasound
d | US; ; 腹部超音波; 24/24 | liver | abdomen_ultrasound
d | US; ABDOMEN; ; 24/24 | fip |
d | US; HEART; ; 30/900 | heart | echo
d | US; ; Echocardiography; 30/900 | heart | echo
d | US; ; 心臟超音波; 20/600 | breathing | echo
d | US; HEART; ; 12/12 | heart |
d | US; ; ; 12/12 | gut |
d | US; ; Small parts; 12/12 | gut |
d | OT; ; Secondary capture; 3/3 | breathing |
d | SR; ; Report; 1/1 | tumour |
d | ECG; ; ; 1/1 | heart | ecg
v | coughing | breathing | breathing_video
v | | breathing | breathing_video
v | 抽搐 | nerves | fit_video
v | walking stiffly | bones |
v | echo clip | heart |
v | 走路 | kidney |
n | Lab results Dr Wang.pdf | kidney |
n | Mimi thorax xray.jpg | breathing |
n | 血液常規.pdf | blood |
n | 生化全套+血球.pdf | liver | blood_panel
n | 腎功能檢查.pdf | heart | kidney_check
n | 心臟超音波報告.pdf | heart |
n | 腦部MRI.pdf | nerves |
n | MRI report.pdf | nerves |
n | FIP PCR positive.pdf | fip |
n | kidney failure info.pdf | kidney |
n | cat food list.pdf | gut |
n | ct brain.zip | nerves |
n | WhatsApp Image 2026-05-03 at 10.11.12.jpeg | kidney |
n | LINE_ALBUM_260503_1.jpg | kidney |
n | IDEXX_12345678.pdf | kidney |
n | 檢驗報告.pdf | kidney |
n | 超音波.jpg | kidney |
n | Snap fPL positive.jpg | gut | pancreas_fpli
n | Hb curve.pdf | diabetes |
n | T4andCBC.pdf | thyroid |
n | ultrasound guided biopsy liver histology.pdf | liver | liver_sample
n | stomatitis biopsy.pdf | teeth | mouth_biopsy
n | 淋巴結細針抽吸.pdf | tumour | tissue_report,node_sample
c | ultrasound | gut |
c | X-ray of the chest | breathing |
c | 4.2 kg | thyroid |
c | 體重4.2公斤 | thyroid | weight_list
c | urine protein 2+ | kidney |
c | kidney diet | kidney |
c | heart murmur grade 3 | heart |
c | her kidneys | kidney |
c | 腎臟處方飼料 | kidney |
c | T4 came back normal | kidney | t4
c | results of today | kidney |
c | 今天的報告 | kidney |
c | skin after one week | skin |
c | 皮膚 | skin |
c | lump next to a ruler | tumour |
c | eyes | kidney |
c | blood pressure cuff did not fit | kidney |
c | didn't do the T4 | thyroid |
c | 沒有驗T4 | thyroid |
c | 尿檢正常 | kidney | urinalysis
c | 血糖曲線 5/3 | diabetes | glucose_log
w | Patient: Mimi Species: Feline Test: SDMA 15 ug/dL | kidney |
w | Discharge summary Mimi. Blood pressure 150. T4 normal. | kidney |
w | Quotation for CT scan and biopsy | tumour |
w | Recommended: urinalysis, UPC | kidney |
w | We suggest a T4 test and a CBC | kidney |
w | 建議做尿檢與T4 | kidney |
w | Radiology report. Findings: no mass. Ultrasound abdomen recommended. CBC 3 May | tumour |
w | 手術同意書 組織病理 | tumour |
w | Hartford, CT 06103 | tumour |
w | Owner: Echo Chen | heart |
w | Dr. Bal, DVM | breathing |
d | CR; WHOLEBODY; ; 2/2 | breathing | chest_xray
d | US; ; Abdomen and heart; 30/30 | gut |
d | CR; ; Thorax + Abdomen; 3/3 | urinary | stone_images
d | CR; HIP; ; 2/2 | bones | bone_xrays
d | XC; ; Photo; 1/1 | skin |
v | 咳嗽 | breathing | breathing_video
"""
